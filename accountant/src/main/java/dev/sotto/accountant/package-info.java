/** What did it cost? Privacy accounting on the JDK alone. */
package dev.sotto.accountant;
