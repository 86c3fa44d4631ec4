#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Azure.Provisioning.AppContainers;

public class ContainerApp
{
    public ContainerAppTemplate Template { get; set; } = new();
}

public class ContainerAppTemplate
{
    public ContainerAppScale Scale { get; set; } = new();
}

public class ContainerAppScale
{
    public BicepValue<int> MaxReplicas { get; set; } = 1;
}
