-- What there is to know of a session whose turn may have come: id, time of this server when its owner's lease ends or 0,
-- wake, how many deliveries wait.
-- KEYS meta, log, inbox
local m = redis.call('HMGET', KEYS[1], 'id', 'nonce', 'until', 'wake')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local owned = 0
if m[2] and tonumber(m[3]) > now then owned = tonumber(m[3]) end
local waiting = math.max(redis.call('HLEN', KEYS[3]) - 2, 0)
return {m[1] or redis.call('HGET', KEYS[3], 'id') or '', owned, m[4] or '', waiting}
