"""One module per command of `np2tf`, each with a click command of the same name; `np2tf.cli.COMMANDS` lists them."""
