// expect: temp_file/insecure = true
const fs = require('fs');
fs.writeFileSync('/tmp/job.json', '{}');
