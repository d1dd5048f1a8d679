-- A copy of a database must never reach the portal in the name of the original.
UPDATE res_company
   SET chorus_pro_environment = 'demo',
       chorus_pro_client_id = NULL,
       chorus_pro_client_secret = NULL,
       chorus_pro_login = NULL,
       chorus_pro_password = NULL,
       chorus_pro_auto_send = FALSE;
DELETE FROM chorus_pro_gate;
DELETE FROM chorus_pro_commitment;
-- Demo is the embedded portal, whatever address was set for it.
DELETE FROM ir_config_parameter
 WHERE key IN (
           'l10n_fr_chorus_pro.demo_token_url',
           'l10n_fr_chorus_pro.demo_api_url'
       );
-- What a file is made or waits for is over; what left without an answer is history.
UPDATE chorus_pro_transmission
   SET state = 'cancelled', next_try_at = NULL
 WHERE state IN ('to_send', 'sending', 'unknown', 'failed');
UPDATE chorus_pro_request
   SET state = 'cancelled', next_try_at = NULL, next_check_at = NULL
 WHERE state IN ('prepared', 'sending', 'unknown');
DELETE FROM chorus_pro_flow
 WHERE state = 'prepared';
UPDATE chorus_pro_flow
   SET state = 'unknown'
 WHERE state = 'sending';
UPDATE chorus_pro_flow
   SET next_try_at = NULL, next_check_at = NULL;
-- What is shown is the copy's own story, as account.move computes it in Demo: the last
-- attempt there decides, else the invoice can be tried.
UPDATE account_move
   SET chorus_pro_status = shown.summary
  FROM (
           SELECT m.id,
                  CASE
                      WHEN t.state = 'deposited' THEN 'sent'
                      WHEN t.state = 'rejected' THEN 'rejected'
                      WHEN known.summary IS NOT NULL THEN known.summary
                      WHEN t.state = 'integrated' THEN 'filed'
                      WHEN t.state = 'elsewhere' THEN 'elsewhere'
                      WHEN m.state = 'posted'
                       AND m.move_type IN ('out_invoice', 'out_refund')
                       AND p.chorus_pro_is_public
                       AND m.chorus_pro_internal IS NOT TRUE
                      THEN 'to_send'
                  END AS summary
             FROM account_move m
             LEFT JOIN res_partner p ON p.id = m.commercial_partner_id
             LEFT JOIN LATERAL (
                      SELECT state, portal_status
                        FROM chorus_pro_transmission
                       WHERE move_id = m.id
                         AND environment = 'demo'
                         AND state <> 'cancelled'
                       ORDER BY id DESC
                       LIMIT 1
                  ) t ON TRUE
             LEFT JOIN (
                  VALUES
                   ('BROUILLON', 'filed'),
                   ('INTERPRETEE_OCR', 'filed'),
                   ('DEPOSEE', 'filed'),
                   ('EN_COURS_ACHEMINEMENT', 'filed'),
                   ('MISE_A_DISPOSITION', 'available'),
                   ('PRISE_EN_COMPTE_DESTINATAIRE', 'available'),
                   ('SERVICE_FAIT', 'approved'),
                   ('MANDATEE', 'approved'),
                   ('MISE_A_DISPOSITION_COMPTABLE', 'approved'),
                   ('COMPTABILISEE', 'accounted'),
                   ('MISE_EN_PAIEMENT', 'released'),
                   ('SUSPENDUE', 'suspended'),
                   ('COMPLETEE', 'available'),
                   ('A_RECYCLER', 'to_reroute'),
                   ('REJETEE', 'rejected'),
                   ('A_COMPLETER', 'suspended'),
                   ('NON_CONFORME', 'suspended'),
                   ('ABANDONNEE', 'rejected'),
                   ('SUPPRIMEE', 'rejected'),
                   ('EN_COURS_TRAITEMENT_PIVOT_S', 'filed'),
                   ('TECHNIQUE_INCONNU', 'filed'),
                   ('A_VALIDER_1', 'filed'),
                   ('VALIDEE_1', 'filed'),
                   ('REFUSEE_1', 'rejected'),
                   ('ABSENCE_VALIDATION_1_HORS_DELAI', 'filed'),
                   ('ERREUR_FOURNISSEUR_SUR_VALIDEUR', 'to_reroute'),
                   ('A_VALIDER_2', 'filed'),
                   ('VALIDEE_2', 'filed'),
                   ('REFUSEE_2', 'rejected'),
                   ('ABSENCE_VALIDATION_2_HORS_DELAI', 'filed'),
                   ('ERREUR_COTRAITANT_SUR_VALIDEUR', 'to_reroute'),
                   ('ERREUR_FOURNISSEUR_SUR_MOE', 'to_reroute'),
                   ('ERREUR_FOURNISSEUR_SUR_MOA', 'to_reroute'),
                   ('ERREUR_MOE_SUR_FOURNISSEUR', 'to_reroute'),
                   ('ERREUR_MOA_SUR_FOURNISSEUR', 'to_reroute'),
                   ('ERREUR_MOE_SUR_MOA', 'to_reroute'),
                   ('ERREUR_DE_MOE', 'to_reroute'),
                   ('ERREUR_DE_MOA', 'to_reroute'),
                   ('ERREUR_DESTINATAIRE_PD', 'to_reroute'),
                   ('ERREUR_DESTINATAIRE_EA', 'to_reroute'),
                   ('A_VALIDER_MOE', 'filed'),
                   ('REFUSEE_MOE', 'rejected'),
                   ('REFUSEE_MOA', 'rejected'),
                   ('REFUSEE_FOURNISSEUR', 'rejected'),
                   ('A_ASSOCIER_MOE', 'filed'),
                   ('A_ASSOCIER_MOA', 'filed'),
                   ('A_ASSOCIER_FOURNISSEUR', 'filed'),
                   ('ASSOCIEE', 'filed'),
                   ('EN_ATTENTE_RECYCLAGE_FOURNISSEUR', 'to_reroute'),
                   ('MISE_A_DISPOSITION_MOE', 'filed'),
                   ('PRISE_EN_COMPTE_MOE', 'filed'),
                   ('MISE_A_DISPOSITION_MOA', 'available'),
                   ('PRISE_EN_COMPTE_MOA', 'available'),
                   ('TRANSMISE_MOA', 'available'),
                   ('REMPLACEE_PAR_A22', 'rejected'),
                   ('DUPLIQUE_APRES_REFUS', 'rejected'),
                   ('ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE', 'filed')
                  ) known (code, summary) ON known.code = t.portal_status
            WHERE m.chorus_pro_status IS NOT NULL
               OR t.state IS NOT NULL
       ) shown
 WHERE shown.id = account_move.id;
-- Nor does the original's history tell the copy of refusals, delays and interest.
UPDATE account_move
   SET chorus_pro_rejected_on = NULL,
       chorus_pro_available_on = NULL,
       chorus_pro_due_on = NULL,
       chorus_pro_released_on = NULL,
       chorus_pro_release_days = NULL,
       chorus_pro_paid_on = NULL,
       chorus_pro_bank_days = NULL,
       chorus_pro_days_late = NULL,
       chorus_pro_late_rate = NULL,
       chorus_pro_late_interest = NULL,
       chorus_pro_lump_sum = NULL,
       chorus_pro_late_amount = NULL,
       chorus_pro_rate_missing = NULL
 WHERE (
           chorus_pro_rejected_on IS NOT NULL
        OR chorus_pro_available_on IS NOT NULL
        OR chorus_pro_released_on IS NOT NULL
       )
   AND NOT EXISTS (
           SELECT
             FROM chorus_pro_transmission t
            WHERE t.move_id = account_move.id
              AND t.environment = 'demo'
       );
-- Nobody is told of what the original sent.
UPDATE chorus_pro_batch
   SET ended_at = create_date
 WHERE ended_at IS NULL;
-- Those of core's models too: by our own list, not by the model.
UPDATE ir_cron
   SET active = FALSE
 WHERE id IN (
           SELECT res_id
             FROM ir_model_data
            WHERE module = 'l10n_fr_chorus_pro'
              AND model = 'ir.cron'
       );
DELETE FROM ir_cron_trigger
 WHERE cron_id IN (
           SELECT res_id
             FROM ir_model_data
            WHERE module = 'l10n_fr_chorus_pro'
              AND model = 'ir.cron'
       );
-- Where OCA's queue_job is installed, it may hold steps of ours.
DO $$
BEGIN
    IF to_regclass('queue_job') IS NOT NULL THEN
        UPDATE queue_job
           SET state = 'cancelled'
         WHERE model_name LIKE 'chorus.pro.%'
           AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
    END IF;
END
$$;
