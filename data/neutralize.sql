-- A copy of a database must never reach the portal in the name of the original.
UPDATE res_company
   SET chorus_pro_environment = 'demo',
       chorus_pro_client_id = NULL,
       chorus_pro_client_secret = NULL,
       chorus_pro_login = NULL,
       chorus_pro_password = NULL,
       chorus_pro_auto_send = FALSE;
DELETE FROM chorus_pro_gate;
UPDATE chorus_pro_flow
   SET next_try_at = NULL, next_check_at = NULL
 WHERE state IN ('prepared', 'sending', 'unknown', 'deposited');
UPDATE chorus_pro_transmission
   SET state = 'cancelled'
 WHERE state IN ('to_send', 'sending', 'unknown', 'failed');
UPDATE ir_cron
   SET active = FALSE
 WHERE ir_actions_server_id IN (
           SELECT id
             FROM ir_act_server
            WHERE code IN ('model._cron_send()', 'model._cron_follow()')
       );
