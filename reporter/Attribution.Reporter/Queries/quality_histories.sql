-- Conversions whose evidence says that the engine had forgotten touches of the person's: within the window of
-- some rule (truncated), or perhaps (may_be_incomplete), as after the person was idle for long.
-- Where the text is not in it the document is not parsed.
SELECT
    uniqExact(conversion_time, conversion_id) AS conversions,
    uniqExactIf(
        (conversion_time, conversion_id),
        position(evidence, '"truncated":true') > 0 AND JSONExtractBool(evidence, 'truncated')) AS truncated,
    uniqExactIf(
        (conversion_time, conversion_id),
        position(evidence, '"may_be_incomplete":true') > 0
            AND JSONExtractBool(evidence, 'may_be_incomplete')) AS incomplete
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
