-- The whole journal.
-- KEYS meta, log, inbox, blobs
local counted = redis.call('HGET', KEYS[1], 'count')
local count = redis.call('LLEN', KEYS[2])
if (counted or '0') ~= tostring(count) then return {'BROKEN', counted or 'none', count} end
return {'OK', redis.call('LRANGE', KEYS[2], 0, -1), redis.call('HGETALL', KEYS[4])}
