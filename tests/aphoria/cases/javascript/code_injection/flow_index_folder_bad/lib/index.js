module.exports = { ...require('./text'), run: require('./run').run };
