from . import account_move_send_wizard
from . import account_move_send_batch_wizard
from . import chorus_pro_send
from . import chorus_pro_flow_number
from . import chorus_pro_find
from . import chorus_pro_recipient_upload
