// expect: nothing
const q = new URLSearchParams(location.search);
const box = document.querySelector('#box');
box.textContent = `<b>${q.get('name')}</b>`;
