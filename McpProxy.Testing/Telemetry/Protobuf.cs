using System.Buffers.Binary;
using System.Text;

namespace McpProxy.Testing.Telemetry;

/// <summary>One protobuf message, read without its schema: numbered fields, each with its values in order.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> _values = [];

    public Protobuf(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var key = ReadVarint(ref message);
            var (number, length) = (key & 7) switch
            {
                0 => (ReadVarint(ref message), 0),
                1 => (BinaryPrimitives.ReadUInt64LittleEndian(message), 8),
                2 => (0UL, (int)ReadVarint(ref message)),
                5 => (BinaryPrimitives.ReadUInt32LittleEndian(message), 4),
                var type => throw new InvalidDataException($"Wire type {type} has no place in OTLP."),
            };
            _values.Add(((int)(key >> 3), number, message[..length].ToArray()));
            message = message[length..];
        }
    }

    public IEnumerable<Protobuf> Messages(int field) => Values(field).Select(value => new Protobuf(value.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => Values(field).Select(value => value.Bytes).LastOrDefault() ?? [];

    public long Number(int field) => (long)Values(field).Select(value => value.Number).LastOrDefault();

    public bool Has(int field) => Values(field).Any();

    private IEnumerable<(int Field, ulong Number, byte[] Bytes)> Values(int field) => _values.Where(value => value.Field == field);

    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var (value, shift) = (0UL, 0);
        byte next;
        do
        {
            next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next > 0x7F);

        return value;
    }
}
