-- What waits: values of 16 digits of the place, 16 of a ticket, and a line.
-- KEYS meta, log, inbox, blobs
local values = {}
local all = redis.call('HGETALL', KEYS[3])
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 1) == 'd' then values[#values + 1] = all[i + 1] end
end
return values
