# expect: bind/address = any
import uvicorn
uvicorn.run('a:b', host='0.0.0.0')
