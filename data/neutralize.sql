-- A copy of a database must never reach the portal in the name of the original.
UPDATE res_company
   SET chorus_pro_environment = 'demo',
       chorus_pro_client_id = NULL,
       chorus_pro_client_secret = NULL,
       chorus_pro_login = NULL,
       chorus_pro_password = NULL,
       chorus_pro_auto_send = FALSE;
DELETE FROM chorus_pro_gate;
-- Demo is the embedded portal, whatever address was set for it.
DELETE FROM ir_config_parameter
 WHERE key IN (
           'l10n_fr_chorus_pro.demo_token_url',
           'l10n_fr_chorus_pro.demo_api_url'
       );
UPDATE chorus_pro_flow
   SET next_try_at = NULL, next_check_at = NULL
 WHERE state IN ('prepared', 'sending', 'unknown', 'deposited');
UPDATE chorus_pro_transmission
   SET state = 'cancelled'
 WHERE state IN ('to_send', 'sending', 'unknown', 'failed');
UPDATE chorus_pro_flow
   SET state = 'unknown'
 WHERE state = 'sending';
-- What is shown is the copy's own story: invoices can be tried in Demo.
UPDATE account_move
   SET chorus_pro_status = CASE
           WHEN account_move.state = 'posted' AND p.chorus_pro_is_public
           THEN 'to_send'
       END
  FROM res_partner p
 WHERE p.id = account_move.commercial_partner_id
   AND account_move.chorus_pro_status IS NOT NULL
   AND NOT EXISTS (
           SELECT 1
             FROM chorus_pro_transmission t
            WHERE t.move_id = account_move.id
              AND t.environment = 'demo'
              AND t.state <> 'cancelled'
       );
UPDATE ir_cron
   SET active = FALSE
 WHERE ir_actions_server_id IN (
           SELECT id
             FROM ir_act_server
            WHERE code IN ('model._cron_send()', 'model._cron_follow()')
       );
