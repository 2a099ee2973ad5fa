export default {
  strict: false,
  host: 'api.example.com',
};
