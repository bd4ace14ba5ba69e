// What is typed outlives a change of language, which reads the page anew: it is carried over that one step, to
// this page or the one above it that asks again.
const KEY = 'carried';
const SECRET = '[type=hidden], [type=password], [type=file], [type=radio], [type=checkbox], [data-code] *';
const fields = () => [...document.querySelectorAll('input, textarea, select')]
  .filter((field) => field.name && !field.matches(SECRET));

addEventListener('submit', ({ submitter }) => {
  if (submitter?.name !== 'language') return;
  const typed = fields().map(({ name, value }) => [name, value]).filter(([, value]) => value);
  sessionStorage.setItem(KEY, JSON.stringify({ page: location.pathname, typed }));
});

const { page, typed } = JSON.parse(sessionStorage.getItem(KEY) || '{"page": "", "typed": []}');
sessionStorage.removeItem(KEY);
const carried = new Map(`${page}/`.startsWith(`${location.pathname}/`) ? typed : []);
fields().forEach((field) => {
  if (!field.value && carried.has(field.name)) field.value = carried.get(field.name);
});
