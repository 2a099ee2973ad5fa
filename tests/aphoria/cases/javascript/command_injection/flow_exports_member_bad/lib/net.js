const { exec, execFile } = require('child_process');
exports.ping = function (host, done) {
  exec('ping -c 1 ' + host, done);
};
