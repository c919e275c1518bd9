// The product and its tests are for Linux; analyzers need not think of others.
