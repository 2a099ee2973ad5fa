# expect: secret/hard_coded/token = true
# sk_live_9Zk3QmT7wXb2LcR5vNs8HdYp
