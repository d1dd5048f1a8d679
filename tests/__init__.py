from . import test_engine_states
from . import test_engine_outcomes
from . import test_architecture
from . import test_const
