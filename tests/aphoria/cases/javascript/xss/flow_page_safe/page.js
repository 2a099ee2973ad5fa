const escapeHtml = require('escape-html');
module.exports = function page(name) {
  return '<h1>Hello ' + escapeHtml(name) + '</h1>';
};
