from . import test_engine_states
from . import test_engine_outcomes
