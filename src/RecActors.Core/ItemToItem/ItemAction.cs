namespace RecActors.ItemToItem;

/// <summary>
/// A positive action as far as the item statistics count it; with the items that its user acted on before, it says all that it adds.
/// What it adds does not depend on what was added before, so actions may arrive in any order.
/// </summary>
/// <param name="Row">Row of the item.</param>
/// <param name="Weight">Scales transitions; the others count users.</param>
/// <param name="IsRepeat">The user has acted on the item before, and is not counted again.</param>
/// <param name="TimestampMs">When, in Unix milliseconds, UTC.</param>
public readonly record struct ItemAction(int Row, float Weight, bool IsRepeat, long TimestampMs);
