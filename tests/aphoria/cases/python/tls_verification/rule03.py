# expect: nothing
import paramiko
# c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c = paramiko.SSHClient()
c.load_system_host_keys()
