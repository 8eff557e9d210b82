/** The command line, on the JDK alone. */
package dev.sotto.accountant.cli;
