import chalk from 'chalk';

// Screens in tests have the 16 colours of a terminal, though what runs the tests has none.
chalk.level = 1;
