-- Version 6: how many sums there are of a day.

-- A day without sums would read as a day without conversions. So it is stored how many rows of credit_sums, or of
-- event_sums, a day has by each list of fields, and where there are not as many its rows are read. What
-- version 5 stored has no such numbers and is summed again.
ALTER TABLE summed_days ADD COLUMN IF NOT EXISTS lines Map(LowCardinality(String), UInt64);
