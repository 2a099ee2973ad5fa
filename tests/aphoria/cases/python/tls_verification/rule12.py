# expect: tls/hostname_verification/enabled = false
import urllib3
urllib3.PoolManager(assert_hostname=False)
