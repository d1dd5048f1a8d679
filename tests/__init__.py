from . import test_engine_states
from . import test_engine_outcomes
from . import test_architecture
from . import test_const
from . import test_move_defaults
from . import test_tour
from . import test_move_preflight
from . import test_views
