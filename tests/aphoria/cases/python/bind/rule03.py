# expect: nothing
import uvicorn
uvicorn.run('a:b', host='127.0.0.1')
# uvicorn.run('a:b', host='0.0.0.0')
