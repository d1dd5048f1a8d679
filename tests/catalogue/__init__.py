"""The catalogue: one scenario for each kind of invoice that Odoo can post.

Builders only, in small modules; `dev/factur-x` renders and judges them, the golden
test compares the XML of the main kinds. Nothing here asserts anything.
"""

from . import kinds
from . import amounts
from . import vat
from . import parties
from . import references
from . import files
from .golden import make_golden
from .scenario import NAME_LENGTH, SCENARIOS, Scenario, choose
from .studio import Studio
