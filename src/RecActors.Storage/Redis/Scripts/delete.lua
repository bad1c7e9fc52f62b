-- Removes every trace of a user. An owner finds no header afterwards and is refused.
-- KEYS: journal, touched, users. ARGV: user.
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
