// What is typed outlives a change of language, which reads the page anew: it is carried over that one step.
const KEY = 'carried';
const SECRET = '[type=hidden], [type=password], [type=file], [type=radio], [type=checkbox], [data-code] *';
const fields = () => [...document.querySelectorAll('input, textarea, select')]
  .filter((field) => field.name && !field.matches(SECRET));

addEventListener('submit', ({ submitter }) => {
  if (submitter?.name !== 'language') return;
  const typed = fields().map(({ name, value }) => [name, value]).filter(([, value]) => value);
  sessionStorage.setItem(KEY, JSON.stringify(typed));
});

const carried = new Map(JSON.parse(sessionStorage.getItem(KEY) || '[]'));
sessionStorage.removeItem(KEY);
fields().forEach((field) => {
  if (!field.value && carried.has(field.name)) field.value = carried.get(field.name);
});
