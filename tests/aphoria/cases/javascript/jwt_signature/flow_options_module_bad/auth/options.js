const algorithms = ['none'];
module.exports = { algorithms };
