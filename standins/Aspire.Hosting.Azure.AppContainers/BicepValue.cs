#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Azure.Provisioning;

public class BicepValue<T>(T literal)
{
    public T Value => literal;

    public static implicit operator BicepValue<T>(T value) => new(value);
}
