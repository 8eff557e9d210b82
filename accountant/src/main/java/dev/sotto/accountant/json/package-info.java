/** A small JSON reader and writer, and the JSON form of events. */
package dev.sotto.accountant.json;
