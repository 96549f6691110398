-- Conversions whose evidence says that the engine had forgotten touches of the person's: within the window of
-- some rule (truncated), or perhaps (may_be_incomplete), as after the person was idle for long. A conversion
-- has one row per model, so the model with the most rows has one for each. Where the text is not in it the
-- document is not parsed.
SELECT
    max(rows_of_model) AS conversions,
    max(truncated_of_model) AS truncated,
    max(incomplete_of_model) AS incomplete
FROM
(
    SELECT
        count() AS rows_of_model,
        countIf(
            position(evidence, '"truncated":true') > 0
                AND JSONExtractBool(evidence, 'truncated')) AS truncated_of_model,
        countIf(
            position(evidence, '"may_be_incomplete":true') > 0
                AND JSONExtractBool(evidence, 'may_be_incomplete')) AS incomplete_of_model
    FROM attributions FINAL
    WHERE project = {project:String}
      AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
      AND config = {config:String}
    GROUP BY model
)
