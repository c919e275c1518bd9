namespace Dashboard.Bench;

/// <summary>The figures of one engine for one piece of work.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Median => _values.Order().ElementAt(_values.Count / 2);
    public double Least => _values.Min();
    public double Most => _values.Max();
    public int Count => _values.Count;

    public void Add(double value) => _values.Add(value);
}
