from . import chorus_pro_send
from . import chorus_pro_flow_number
from . import chorus_pro_reroute
from . import chorus_pro_complete
from . import chorus_pro_validator
