/** A varint or a fixed number as a number, to 53 bits; whatever has a length as its bytes. */
export type FieldValue = number | Buffer;

/**
 * The fields of a message, in their order (protobuf.dev, "Encoding").
 *
 * @throws RangeError if it is no message
 */
export function* readFields(message: Buffer): Generator<[field: number, value: FieldValue], void> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let bits = 0; bits < 64; bits += 7) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * 2 ** bits;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has more than 64 bits');
  };
  const bytes = (length: number): Buffer => {
    if (length > message.length - at) throw new RangeError('the message breaks off');
    at += length;
    return message.subarray(at - length, at);
  };
  const valueOf = (wireType: number): FieldValue => {
    switch (wireType) {
      case 0:
        return varint();
      case 1:
        return Number(bytes(8).readBigUInt64LE());
      case 2:
        return bytes(varint());
      case 5:
        return bytes(4).readUInt32LE();
      default:
        throw new RangeError(`wire type ${wireType} is not expected here`);
    }
  };
  while (at < message.length) {
    const tag = varint();
    yield [Math.floor(tag / 8), valueOf(tag & 7)];
  }
}
