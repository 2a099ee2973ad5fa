const algorithms = ['RS256'];
module.exports = { algorithms };
