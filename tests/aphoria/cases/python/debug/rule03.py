# expect: nothing
import os
DEBUG = os.environ.get('DEBUG') == '1'
asyncio.run(main(), debug=True)
