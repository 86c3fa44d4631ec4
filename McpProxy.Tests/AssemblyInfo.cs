[assembly: AssemblyFixture(typeof(RealAgentServers))]
