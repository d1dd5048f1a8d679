const js = require("@eslint/js");
const globals = require("globals");

const rules = {
  ...js.configs.recommended.rules,
  curly: "error",
  eqeqeq: "error",
  "no-console": "error",
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
};

module.exports = [
  {
    files: ["static/**/*.js"],
    languageOptions: {
      ecmaVersion: 2024,
      globals: {...globals.browser},
      sourceType: "module",
    },
    rules,
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      ecmaVersion: 2024,
      globals: {...globals.node},
      sourceType: "commonjs",
    },
    rules,
  },
];
