-- Takes a session; makes it only if a header is given. A long journal is left to whoever has taken it to read: through a
-- script that takes three times as long.
-- KEYS meta, log, inbox, blobs
-- ARGV nonce, owner, lease in ms, ttl in ms or 0, id, incarnation, header or '', its time, latest time of the making, the
--      length from which on a journal is long
local meta, log = KEYS[1], KEYS[2]
local function inbox()
  local values = {}
  local all = redis.call('HGETALL', KEYS[3])
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 1) == 'd' then values[#values + 1] = all[i + 1] end
  end
  return values
end
local m = redis.call('HMGET', meta, 'inc', 'epoch', 'nonce', 'until', 'owner', 'count')
local count = redis.call('LLEN', log)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function expire()
  if ARGV[4] ~= '0' then
    for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, now + ARGV[4]) end
  end
end

if not m[1] then
  if count > 0 then return {'BROKEN', 'none', count} end
  if ARGV[7] == '' then return {'NEW'} end
  if now > tonumber(ARGV[9]) then return {'STALE'} end
  redis.call('RPUSH', log, ARGV[7])
  redis.call('HSET', meta, 'v', 1, 'id', ARGV[5], 'inc', ARGV[6], 'epoch', 1, 'nonce', ARGV[1], 'until',
      now + ARGV[3], 'owner', ARGV[2], 'last', 0, 'len', 1, 'count', 1, 'program', '', 'updated', ARGV[8])
  expire()
  return {'GRANTED', 1, ARGV[6], {ARGV[7]}, {}, inbox(), 1}
end
if count ~= tonumber(m[6]) then return {'BROKEN', m[6], count} end
local epoch = tonumber(m[2])
if m[3] ~= ARGV[1] then -- else it is a repeat, whose first answer was lost
  if m[3] and tonumber(m[4]) > now then return {'BUSY', m[5], m[4] - now} end
  epoch = epoch + 1
end
redis.call('HSET', meta, 'epoch', epoch, 'nonce', ARGV[1], 'until', now + ARGV[3], 'owner', ARGV[2], 'last', 0)
expire()
local lines = {}
if count < tonumber(ARGV[10]) then lines = redis.call('LRANGE', log, 0, -1) end
return {'GRANTED', epoch, m[1], lines, redis.call('HGETALL', KEYS[4]), inbox(), count}
