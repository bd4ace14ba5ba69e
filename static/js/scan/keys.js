// What a physical key writes on a US keyboard, which is what a hand scanner pretends to be.
const PAIRS = {
  Digit1: '1!', Digit2: '2@', Digit3: '3#', Digit4: '4$', Digit5: '5%', Digit6: '6^', Digit7: '7&',
  Digit8: '8*', Digit9: '9(', Digit0: '0)', Minus: '-_', Equal: '=+', BracketLeft: '[{',
  BracketRight: ']}', Backslash: '\\|', Semicolon: ';:', Quote: '\'"', Backquote: '`~', Comma: ',<',
  Period: '.>', Slash: '/?', Space: '  ', NumpadAdd: '++', NumpadSubtract: '--',
  NumpadMultiply: '**', NumpadDivide: '//', NumpadDecimal: '..',
};

export function onUsKeyboard(code, shifted) {
  if (/^Key[A-Z]$/.test(code)) return shifted ? code[3] : code[3].toLowerCase();
  if (/^Numpad[0-9]$/.test(code)) return code[6];
  return PAIRS[code]?.[shifted ? 1 : 0] ?? '';
}

export const swapCase = (text) => text.replace(/\p{L}/gu, (letter) => (
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()
));
