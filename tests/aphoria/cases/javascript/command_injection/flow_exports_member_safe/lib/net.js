const { exec, execFile } = require('child_process');
exports.ping = function (host, done) {
  execFile('ping', ['-c', '1', '--', host], done);
};
