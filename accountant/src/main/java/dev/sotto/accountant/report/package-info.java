/** Questions that people ask, answered with the accountants: plans and their pictures. */
package dev.sotto.accountant.report;
