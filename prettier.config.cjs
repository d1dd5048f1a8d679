// The same choices as the OCA's template for Odoo 19; 88 columns as in Python.
module.exports = {
  bracketSpacing: false,
  overrides: [
    {files: "*.xml", options: {tabWidth: 4}},
    {files: "static/**/*.js", options: {tabWidth: 4}},
  ],
  plugins: [require.resolve("@prettier/plugin-xml")],
  printWidth: 88,
  proseWrap: "always",
  trailingComma: "es5",
  xmlWhitespaceSensitivity: "preserve",
};
