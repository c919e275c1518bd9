using Dashboard.Runtime.Commands;

return RuntimeCommand.Run(args);
