"""How the parts are put together and started: settings, plan files, command line, web app, migrations."""
